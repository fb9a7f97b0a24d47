import path from 'node:path';
import { CommsError } from '../../errors.ts';
import type { Report } from '../../orchestrator/analytics/insight.ts';
import type { CommandSpec, Invocation, Outcome, Run } from '../command.ts';
import { reportMarkdown } from '../report/markdown.ts';

export const spec: CommandSpec = {
  name: 'report',
  summary: 'report on the traffic, and what could be better',
  options: [
    { flags: '--since <duration>', summary: 'only what was sent in the last 2h, 7d, … (default: all there is)', value: 'duration' },
    { flags: '--html <file>', summary: 'write one HTML page with charts, which needs nothing else; - is stdout', completes: 'file' },
  ],
  examples: [
    { command: 'comms report', does: 'Print it as Markdown' },
    { command: 'comms report --since 7d --html report.html', does: 'Write a page about the last week' },
    { command: 'comms report --json', does: 'Hand figures, insights and recommendations to a program' },
  ],
  notes: [
    'An insight says which figures it rests on; where there are too few to tell, there is none. Each comes with the\ncommands to look closer, and a recommendation. comms stats shows the figures alone.',
    'The page replaces a file that is there, whole or not at all. It loads nothing and runs no script.',
  ],
};

export const run: Run = async (invocation) => {
  const { options, open, now } = invocation;
  const sinceMs = options.number('since');
  const page = options.text('html');
  if (page === '-' && options.flag('json')) throw bothOnStdout();
  const comms = await open();
  const report = await comms.report(sinceMs === undefined ? {} : { sinceMs });
  if (page === undefined)
    return { data: report, text: reportMarkdown(report, { now: now() }), brief: report.insights.map(({ code }) => code).join('\n') };
  return writeHtml(report, page, invocation);
};

async function writeHtml(report: Report, page: string, { cwd, now }: Invocation): Promise<Outcome> {
  const { reportHtml } = await import('../report/html.ts');
  const text = reportHtml(report, { now: now() });
  if (page === '-') return { data: report, text };
  const file = path.resolve(cwd, page);
  const { writePage } = await import('../report/write-page.ts');
  writePage(file, text);
  const { summary, insights } = report;
  return {
    data: { ...report, file },
    text: `Wrote ${file}: ${counted(summary.total_messages, 'message')}, ${counted(insights.length, 'insight')}.`,
    brief: file,
  };
}

function counted(count: number, word: string): string {
  return `${count} ${count === 1 ? word : `${word}s`}`;
}

function bothOnStdout(): CommsError {
  return new CommsError('USAGE', '--json and --html - both want stdout.', { hint: 'Name a file, or leave one of them out.' });
}
