import type { Comms } from '../core/api.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Options } from './options.ts';
import type { Style } from './style.ts';

/**
 * What a command file exports: `spec`, which says what the command line may hold, and `run`, which does the work.
 * How to add one: write the file in `commands/`, add its line to the table in `table.ts`, run `npm run docs`.
 */
export interface CommandModule {
  spec: CommandSpec;
  run: Run;
}

/** Resolves to what is to be printed, or to nothing where everything was emitted. */
export type Run = (invocation: Invocation) => Promise<Outcome | undefined>;

export interface CommandSpec {
  /** One word, or two for a member of a family: `agents list`. The same as in the table. */
  name: string;
  /** One imperative sentence without a full stop. The same as in the table. */
  summary: string;
  arguments?: ArgumentSpec[];
  options?: OptionSpec[];
  /** Shown in the help and parsed by a test, so that they stay true. */
  examples: [Example, ...Example[]];
  /** Paragraphs that follow the options in the help. */
  notes?: string[];
}

export interface Example {
  /** A whole command line; it may be a pipeline. */
  command: string;
  /** What it does, imperative, without a full stop. */
  does: string;
}

export interface ArgumentSpec {
  /** Shown as `<name>` or `[name]`. */
  name: string;
  summary: string;
  required?: boolean;
  /** Takes all the rest. Only for the last one. */
  variadic?: boolean;
  /** Only these values, compared without regard to case. */
  choices?: readonly string[];
  /** Values that a shell may offer, where others are allowed too. */
  suggestions?: readonly string[];
  completes?: Completion;
}

export interface OptionSpec {
  /** Such as `--to <agent>`, `-n, --limit <count>`, `--dry-run`, `--no-requires-response`. */
  flags: string;
  summary: string;
  /** How a value is read. A duration is handed over in ms. Default text. */
  value?: 'text' | 'integer' | 'duration';
  /** May be given several times. */
  repeat?: boolean;
  /** The value is a list with commas. Implies `repeat`. */
  commas?: boolean;
  /** Only these values, compared without regard to case. */
  choices?: readonly string[];
  /** Values that a shell may offer, where others are allowed too. */
  suggestions?: readonly string[];
  default?: string | number;
  required?: boolean;
  completes?: Completion;
}

/** What a shell offers for a value beside fixed words. */
export type Completion = 'agent' | 'group' | 'channel' | 'phase' | 'task' | 'held' | 'file' | 'directory';

/** What a command has to say. With `--json` the data is printed, otherwise the text. */
export interface Outcome {
  /** As DESIGN §7 and schemas/cli-output describe it. */
  data: unknown;
  /** Lines for people; '' prints nothing. A last newline is added. */
  text: string;
  /** With `--quiet`, instead of `text`: the bare ids, names or paths, one a line. Default `text`. */
  brief?: string;
  warnings?: string[];
  /** Default 0. */
  exit?: number;
}

/** Everything that a command may touch of the world. */
export interface Invocation {
  /** Positional arguments. */
  args: string[];
  options: Options;
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** The file that Node was started with, for those who start it once more. */
  program: string;
  /** Aborts on SIGINT and SIGTERM; the exit status is then 130 or 143, whatever `run` does. */
  signal: AbortSignal;
  /** ms since the epoch. */
  now(): number;
  style: Style;
  /** How many columns there are for what is drawn to fit: the terminal's; 80 where stdout is none. */
  columns(): number;
  /** For streams: prints one event, as a line of NDJSON or as text. */
  emit(data: unknown, text: string): void;
  /** Tells the user at once, on stderr. */
  warn(message: string): void;
  /** Tells people what is no warning, such as that a list is empty: a plain line on stderr. Not with --json, not with --quiet. */
  notice(text: string): void;
  /** Says how far a long task is: one line on stderr, drawn anew each time, on a terminal only. '' takes it away. */
  progress(text: string): void;
  /** The text of a file, or of stdin for `-`. @throws FILE_NOT_FOUND, MESSAGE_TOO_LARGE, INVALID_UTF8 */
  readInput(pathOrDash: string, limits?: { maxBytes?: number }): Promise<string>;
  /** The workspace, located and read once. @throws WORKSPACE_NOT_FOUND, INVALID_CONFIG */
  workspace(): Workspace;
  /** The same after its config was changed. Call it before `open`. */
  reread(): Workspace;
  /** Its store and the use cases over it; closed when the command ends. */
  open(): Promise<Comms>;
  /** The acting agent: `--as` or `--from`, else COMMS_AGENT. @throws NO_IDENTITY, UNKNOWN_AGENT */
  identity(): string;
}
