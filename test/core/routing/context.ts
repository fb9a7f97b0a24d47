import { commsOver } from '../../../src/comms.ts';
import type { Comms } from '../../../src/core/api.ts';
import type { DocumentPort, TrafficPort } from '../../../src/core/context.ts';
import type { TrafficEntry } from '../../../src/orchestrator/traffic/entry.ts';
import { parseConfig } from '../../../src/workspace/config.ts';
import { settingsFrom } from '../../../src/workspace/settings.ts';
import { type TestContext, testContext } from '../context.ts';

export interface RoutingContext {
  ctx: TestContext;
  comms: Comms;
  log: TrafficEntry[];
}

/** A workspace in memory of claude, gpt (alias codex) and gemini with this config, plan and reservations, and its log. */
export function routingContext(config: object = {}, { plan, reservations }: { plan?: object; reservations?: object } = {}): RoutingContext {
  const agents = { claude: {}, gpt: { aliases: ['codex'] }, gemini: {} };
  const settings = settingsFrom(parseConfig(JSON.stringify({ version: '1.0', agents, ...config })));
  const log: TrafficEntry[] = [];
  const traffic: TrafficPort = {
    append: async (entry) => {
      log.push(entry);
      return undefined;
    },
    read: async () => log,
  };
  const ctx = testContext(settings, { plan: documentPort(plan), reservations: documentPort(reservations), traffic });
  return { ctx, comms: commsOver(ctx), log };
}

function documentPort(value: object | undefined): DocumentPort {
  let text = value && JSON.stringify(value, null, 2);
  return {
    read: async () => text,
    update: async (change) => {
      text = change(text);
    },
  };
}
