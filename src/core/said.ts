import { CommsError } from '../errors.ts';
import { isSuspicious } from '../orchestrator/sensitive/prefilter.ts';
import type { Finding } from '../orchestrator/verdict.ts';
import type { CoreContext } from './context.ts';

/**
 * Lets texts pass that reach others without a message, such as the result of one, as the check for sensitive data lets
 * messages pass. What is refused changed nothing. @throws SENSITIVE_DATA, CONTENT_FILTERED
 */
export async function refuseSensitive(ctx: CoreContext, texts: Readonly<Record<string, string | null | undefined>>): Promise<void> {
  const [finding] = await findingsIn(ctx, texts);
  if (!finding) return;
  const { code = 'SENSITIVE_DATA', reason = '', hint, details } = finding;
  throw new CommsError(code, reason.replace(/^The message/, 'The text'), { hint, details });
}

/** The text of a program, which cannot be asked to say it otherwise: left out where it would be refused. */
export async function withoutSensitive(ctx: CoreContext, text: string): Promise<string> {
  try {
    const [finding] = await findingsIn(ctx, { text });
    return finding ? `(Left out. ${finding.reason?.replace(/^The message/, 'The text')})` : text;
  } catch (error) {
    // A pattern that takes too long must not end the work.
    if (!(error instanceof CommsError)) throw error;
    return `(Left out, since it could not be checked for secrets: ${error.message})`;
  }
}

/** The scanner is loaded only where there may be something. */
async function findingsIn(
  { workspace: { settings } }: CoreContext,
  texts: Readonly<Record<string, string | null | undefined>>,
): Promise<Finding[]> {
  const { communication } = settings;
  const given = Object.entries(texts).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const said = { said: Object.fromEntries(given) };
  if (given.length === 0 || !isSuspicious(said, communication.sensitive, communication.filters)) return [];
  const [{ findSensitive }, { sensitiveRule }] = await Promise.all([
    import('../orchestrator/sensitive/scan.ts'),
    import('../orchestrator/rules/sensitive.ts'),
  ]);
  const sensitive = await findSensitive(said, communication.sensitive, communication.filters);
  // Nobody can ask here to let it through.
  return sensitiveRule({ sensitive, allowSensitive: false, communication: { ...communication, allowsSensitive: false } });
}
