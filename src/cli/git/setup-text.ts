import { shellWord } from '../../core/git/drivers.ts';
import type { GitSetup } from '../../core/git/setup-requests.ts';

/** What was set up or taken out, a line each. */
export function setupLines({ attributes, drivers, hooks }: GitSetup, { remove }: { remove: boolean }): string[] {
  const state = (changed: boolean) => (changed ? (remove ? 'removed  ' : 'set up   ') : 'kept     ');
  const lines = [
    `${state(attributes.changed)}  attributes in ${attributes.file}`,
    `${state(drivers.changed)}  merge driver in the config of this clone`,
    ...hooks.map(({ name, state: is }) => `${is.padEnd(9)}  hook ${name}`),
  ];
  if (!attributes.changed) return lines;
  const file = shellWord(attributes.file);
  return [...lines, `Next: git add ${file} && git commit ${file}`];
}
