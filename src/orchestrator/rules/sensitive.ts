import { visible } from '../../message/text.ts';
import type { SensitiveFinding } from '../sensitive/finding.ts';
import type { CheckContext, Finding } from '../verdict.ts';

/** As many as a sentence can hold. */
const MOST_NAMED = 3;

/**
 * Refuses what communication.content_filters match (CONTENT_FILTERED) and what looks like a secret (SENSITIVE_DATA; the
 * droid communication protocol's "Sensitive data detected"). A secret passes where its sender asks for it and
 * communication.allow_sensitive is on; what is filtered never does.
 */
export const sensitiveRule = (context: Scanned): Finding[] => {
  const filtered = context.sensitive.filter(({ filter }) => filter !== undefined);
  const secrets = context.sensitive.filter(({ filter }) => filter === undefined);
  const passes = context.allowSensitive && context.communication.allowsSensitive;
  return [
    ...(filtered.length > 0 ? [filteredVerdict(filtered)] : []),
    ...(secrets.length > 0 && !passes ? [secretsVerdict(secrets, context)] : []),
  ];
};

/** What the rule knows of a message. */
export type Scanned = Pick<CheckContext, 'sensitive' | 'allowSensitive' | 'communication'>;

function filteredVerdict(findings: readonly SensitiveFinding[]): Finding {
  return {
    outcome: 'refuse',
    code: 'CONTENT_FILTERED',
    reason: `The message says what this workspace filters: ${listed(findings, ({ filter, what }) => `${what} (content_filters/${filter})`)}.`,
    hint: 'Say it in other words, or leave it out. The filters stand in config.json as communication.content_filters.',
    details: { findings: findings.map(detailOf) },
  };
}

function secretsVerdict(findings: readonly SensitiveFinding[], context: Scanned): Finding {
  return {
    outcome: 'refuse',
    code: 'SENSITIVE_DATA',
    reason: `The message holds what looks like a secret: ${listed(findings, ({ what, masked }) => `${what} ${masked}`)}.`,
    hint: `Take it out and name the file or the environment variable where it is. Rotate a secret that others have seen.${wayThrough(context)}`,
    details: { findings: findings.map(detailOf) },
  };
}

function wayThrough({ allowSensitive, communication: { allowsSensitive } }: Scanned): string {
  if (allowsSensitive) return ' If it is none, send it with --allow-sensitive.';
  return allowSensitive ? ' --allow-sensitive works only where config.json says "allow_sensitive": true under "communication".' : '';
}

function listed(findings: readonly SensitiveFinding[], text: (finding: SensitiveFinding) => string): string {
  const named = findings.slice(0, MOST_NAMED).map((finding) => visible(`${text(finding)} in ${placeOf(finding)}`));
  const more = findings.length - named.length;
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function placeOf({ path, line }: SensitiveFinding): string {
  return line === undefined ? path : `${path}, line ${line}`;
}

function detailOf({ path, rule, what, masked, line }: SensitiveFinding): Record<string, unknown> {
  return { path, rule, what, masked, ...(line !== undefined && { line }) };
}
