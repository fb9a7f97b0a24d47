import type { Report } from '../orchestrator/analytics/insight.ts';
import { insightsOf } from '../orchestrator/analytics/insights-of.ts';
import type { Metrics } from '../orchestrator/analytics/metrics.ts';
import { metricsOf } from '../orchestrator/analytics/metrics-of.ts';
import { recommendationsOf } from '../orchestrator/analytics/recommendations-of.ts';
import { agentOf } from './agents.ts';
import type { CoreContext } from './context.ts';
import { inboxesOf } from './groups.ts';
import { EVERY_SECTION } from './messages.ts';
import type { ReportRequest, StatsRequest } from './requests.ts';

/** Figures of what lies in the store, of every section, and of what the log still tells. @throws UNKNOWN_AGENT, INVALID_NAME */
export async function stats(ctx: CoreContext, { sinceMs, agent: name }: StatsRequest = {}): Promise<Metrics> {
  const { store, traffic, workspace, clock } = ctx;
  const agent = name === undefined ? undefined : agentOf(ctx, name);
  const [copies, entries] = await Promise.all([store.list({ sections: EVERY_SECTION }), traffic?.read() ?? []]);
  const now = clock();
  return metricsOf({
    copies,
    traffic: entries,
    now,
    ...(sinceMs !== undefined && { since: now - sinceMs }),
    agents: workspace.settings.agents,
    groups: workspace.settings.groups,
    ...(agent !== undefined && { agent: { name: agent, inboxes: inboxesOf(ctx, agent) } }),
  });
}

/** The figures, what stands out in them, and what could be done about it. */
export async function report(ctx: CoreContext, request: ReportRequest = {}): Promise<Report> {
  const summary = await stats(ctx, request);
  const insights = insightsOf(summary, ctx.workspace.settings.agents);
  return { summary, insights, recommendations: recommendationsOf(insights) };
}
