import type { Problem } from '../../message/message.ts';
import { checkedAfter } from '../checked-after.ts';
import type { Checked, CheckOptions } from '../store.ts';
import { type Mended, mend } from './mend.ts';
import { problemsIn } from './problems.ts';
import type { FilesTools } from './tools.ts';
import type { Writer } from './writer.ts';

/**
 * What is wrong with the files of a workspace. With `fix` what can be mended without a decision is mended: what a
 * careless save took away comes back, ids that were taken twice or are missing are given anew, status.json and missing
 * inboxes are written. With `accept` what vanished is let go.
 */
export async function checkFiles(
  tools: FilesTools,
  { fix = false, accept = false, reconcile = false }: CheckOptions,
  write: Writer,
): Promise<Checked> {
  const before = problemsIn(tools);
  if (!fix && !accept && !reconcile) return { problems: before, fixed: [] };
  const [outcome] = await write([{ run: (session) => mend(session, tools, { fix, accept, reconcile }) }]);
  if (outcome && 'error' in outcome) throw outcome.error;
  const { renamed, settled } = (outcome && 'value' in outcome ? outcome.value : { renamed: [], settled: [] }) as Mended;
  const { problems, fixed } = checkedAfter(before, problemsIn(tools), renamed);
  const told = (problem: Problem) => problem.code !== 'DUPLICATE_ID' || settled.length === 0 || renamed.length > 0;
  return { problems, fixed: [...fixed.filter(told), ...settled] };
}
