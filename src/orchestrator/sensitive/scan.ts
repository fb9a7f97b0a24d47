import { memberPointer } from '../../message/json.ts';
import type { Message } from '../../message/message.ts';
import { bounded } from './bounded.ts';
import type { SensitiveFinding } from './finding.ts';
import { mask } from './mask.ts';
import { isSuspiciousText } from './prefilter.ts';
import { isOfEnvelope, type Said, someText, type TextKind } from './texts.ts';

/** More than a sender can do anything about at once. */
const MOST_FINDINGS = 50;

interface Text {
  text: string;
  kind: TextKind;
  path: readonly string[];
  start: number;
}

/** A finding with the secret itself. */
interface Found extends Omit<SensitiveFinding, 'path' | 'line'> {
  value: string;
  at: Text;
  index: number;
}

/**
 * What looks like a secret in a message: by secretlint's recommended preset, which is loaded only for texts in which it can
 * find something, and by the workspace's own patterns (flags g and u). And what a filter of the workspace matches, once for each
 * place and filter. Of each at most 50. What is there before the sender writes, such as the sender's name, is not looked at.
 * @param patterns settings.communication.sensitive
 * @param filters settings.communication.filters
 * @throws INVALID_CONFIG where a pattern takes longer than a second, with the pattern's name
 */
export async function findSensitive(
  message: Message | Said,
  patterns: Record<string, RegExp>,
  filters: readonly RegExp[] = [],
): Promise<SensitiveFinding[]> {
  const texts = textsOf(message);
  const secrets = withoutRepeats([...(await byPreset(texts)), ...byPatterns(texts, patterns)]);
  const filtered = withoutRepeats(byFilters(texts, filters));
  const values = secrets.map(({ value }) => value);
  return [...secrets.slice(0, MOST_FINDINGS), ...filtered.slice(0, MOST_FINDINGS)].map((found) => publicOf(found, values));
}

function textsOf(message: Message | Said): Text[] {
  const texts: Text[] = [];
  someText(message, (text, kind, path, start) => {
    texts.push({ text, kind, path: [...path], start });
    return false;
  });
  return texts;
}

async function byPreset(texts: readonly Text[]): Promise<Found[]> {
  const found: Found[] = [];
  for (const at of texts) {
    if (!isSuspiciousText(at.text)) continue;
    const { scanText } = await import('./preset.ts');
    for (const hit of await scanText(at.text)) found.push({ ...hit, at });
    if (found.length > 4 * MOST_FINDINGS) break;
  }
  return found;
}

function byPatterns(texts: readonly Text[], patterns: Record<string, RegExp>): Found[] {
  return Object.entries(patterns).flatMap(([rule, pattern]) =>
    bounded(`/communication/sensitive_patterns/${rule}`, () => matches(texts, pattern)).map(({ value, ...place }) => {
      return { ...place, value, rule, what: rule, masked: mask(value) };
    }),
  );
}

function byFilters(texts: readonly Text[], filters: readonly RegExp[]): Found[] {
  return filters.flatMap((pattern, filter) => {
    const rule = `content_filters/${filter}`;
    return bounded(`/communication/${rule}`, () => matches(texts, pattern)).map(({ value, ...place }) => {
      // One for a place is enough, whatever it matched there.
      return { ...place, value: '', rule, what: `/${pattern.source}/`, masked: mask(value), filter };
    });
  });
}

/** What a pattern matches; nothing is no match. */
function matches(texts: readonly Text[], pattern: RegExp): { value: string; at: Text; index: number }[] {
  const found: { value: string; at: Text; index: number }[] = [];
  const every = new RegExp(pattern.source, pattern.flags.replace('g', '').concat('g'));
  for (const at of texts) {
    for (const { 0: value, index } of at.text.matchAll(every)) {
      if (value !== '') found.push({ value, at, index });
      if (found.length > 4 * MOST_FINDINGS) return found;
    }
  }
  return found;
}

/** A value is looked at by itself, then with its key and with its neighbours, and may be found each time. */
function withoutRepeats(found: readonly Found[]): Found[] {
  const kept: Found[] = [];
  for (const one of found) {
    if (!kept.some((other) => isRepeat(one, other))) kept.push(one);
    if (kept.length > MOST_FINDINGS) break;
  }
  return kept;
}

function isRepeat({ rule, value, at, filter }: Found, other: Found): boolean {
  if (rule !== other.rule) return false;
  if (filter !== undefined) return isAtOrBelow(other.at.path, at.path);
  if (at === other.at) return false;
  // With its key, a value may be found once more because of the key.
  if (value === other.value) return isAtOrBelow(other.at.path, at.path) || (at.kind === 'pair' && isAtOrBelow(at.path, other.at.path));
  return (at.kind === 'pair' || at.kind === 'lines') && isAtOrBelow(other.at.path, at.path);
}

function isAtOrBelow(path: readonly string[], above: readonly string[]): boolean {
  return above.every((token, index) => path[index] === token);
}

function publicOf({ rule, what, masked, filter, at, index }: Found, values: readonly string[]): SensitiveFinding {
  const tokens = at.path.map((token, index, path) => {
    const isSecret = !isOfEnvelope(path.slice(0, index + 1), token) && values.some((value) => token.includes(value));
    return isSecret ? '…' : token;
  });
  const line = lineOf(at, index);
  return {
    path: tokens.reduce(memberPointer, ''),
    rule,
    what,
    masked,
    ...(line !== undefined && { line }),
    ...(filter !== undefined && { filter }),
  };
}

function lineOf({ text, kind, start }: Text, index: number): number | undefined {
  if (kind === 'key' || !text.includes('\n', start)) return undefined;
  return text.slice(start, Math.max(start, index)).split('\n').length;
}
