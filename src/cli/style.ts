/** Colours by what they mean. Without colour each function gives its text back. */
export interface Style {
  strong(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  warn(text: string): string;
  bad(text: string): string;
  id(text: string): string;
}

const same = (text: string) => text;
export const PLAIN: Style = { strong: same, dim: same, good: same, warn: same, bad: same, id: same };

/** Whether colour goes to a stream: never against NO_COLOR, TERM=dumb or `wanted`; else on a TTY or with FORCE_COLOR. */
export function colorIsOn(options: { wanted: boolean; env: NodeJS.ProcessEnv; isTty: boolean }): boolean {
  const { wanted, env, isTty } = options;
  if (!wanted || env.NO_COLOR || env.TERM === 'dumb') return false;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTty;
}

/** chalk is loaded only where it is needed, since it costs some ms. */
export async function loadStyle(on: boolean): Promise<Style> {
  if (!on) return PLAIN;
  const { Chalk } = await import('chalk');
  // A fixed level, so that chalk does not look at the terminal a second time and come to another result.
  const chalk = new Chalk({ level: 1 });
  return {
    strong: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    good: (text) => chalk.green(text),
    warn: (text) => chalk.yellow(text),
    bad: (text) => chalk.red(text),
    id: (text) => chalk.cyan(text),
  };
}
