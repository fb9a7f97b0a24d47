import { checkedAfter } from '../checked-after.ts';
import type { Renamed } from '../give-ids.ts';
import type { Checked, CheckOptions } from '../store.ts';
import { mend } from './mend.ts';
import { problemsIn } from './problems.ts';
import type { FilesTools } from './tools.ts';
import type { Writer } from './writer.ts';

/**
 * What is wrong with the files of a workspace. With `fix` what can be mended without a decision is mended: what a
 * careless save took away comes back, ids that were taken twice or are missing are given anew, status.json and missing
 * inboxes are written. With `accept` what vanished is let go.
 */
export async function checkFiles(tools: FilesTools, { fix = false, accept = false }: CheckOptions, write: Writer): Promise<Checked> {
  const before = problemsIn(tools);
  if (!fix && !accept) return { problems: before, fixed: [] };
  const [outcome] = await write([{ run: (session) => mend(session, tools, { fix, accept }) }]);
  if (outcome && 'error' in outcome) throw outcome.error;
  const renamed = (outcome && 'value' in outcome ? outcome.value : []) as Renamed[];
  return checkedAfter(before, problemsIn(tools), renamed);
}
