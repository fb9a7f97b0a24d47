import { failureOf } from './failure.ts';
import { findCommand } from './find.ts';
import { createInvocation } from './invocation.ts';
import { Output, type OutputModes } from './output.ts';
import { parseCommand } from './parse.ts';
import { colorIsOn, loadStyle, PLAIN } from './style.ts';
import type { CommandEntry } from './table.ts';
import type { CliWorld } from './world.ts';

/** SIGPIPE: nobody reads what is printed, which is no error. */
const EXIT_BY_SIGNAL: Record<string, number> = { SIGINT: 130, SIGTERM: 143, SIGPIPE: 0 };
const INTERRUPTED = 130;

/**
 * Runs one command line (without node and script) and resolves to its exit status. Never rejects, never exits:
 * whatever goes wrong is printed as DESIGN §7 has it.
 */
export async function runCli(argv: readonly string[], world: CliWorld): Promise<number> {
  const signal = world.signal ?? new AbortController().signal;
  const interrupted = () => EXIT_BY_SIGNAL[String(signal.reason)] ?? INTERRUPTED;
  try {
    const found = findCommand(argv);
    if (found.kind === 'command') {
      const exit = await runCommand(found.entry, found.rest, world, signal);
      return signal.aborted ? interrupted() : exit;
    }
    const { describe } = await import('./describe.ts');
    new Output(world.stdout, world.stderr, modesOf(argv)).finish(describe(found));
    return 0;
  } catch (error) {
    return signal.aborted ? interrupted() : await fail(error, argv, world);
  }
}

async function runCommand(entry: CommandEntry, rest: readonly string[], world: CliWorld, signal: AbortSignal): Promise<number> {
  const { spec, run } = await entry.load();
  const parsed = parseCommand(spec, rest);
  if ('help' in parsed) {
    new Output(world.stdout, world.stderr, modesOf(rest)).finish({ data: { help: parsed.help }, text: parsed.help });
    return 0;
  }
  const { args, options } = parsed;
  const redraws = world.stderr.isTTY === true && world.env.TERM !== 'dumb';
  const on = !options.flag('json') && colorIsOn({ wanted: options.flag('color'), env: world.env, isTty: world.stdout.isTTY === true });
  const modes = { json: options.flag('json'), quiet: options.flag('quiet'), colours: on, redraws };
  const output = new Output(world.stdout, world.stderr, modes);
  const { invocation, close } = createInvocation({ args, options, world, output, style: await loadStyle(on), signal });
  try {
    const outcome = await run(invocation);
    if (outcome) output.finish(outcome);
    return outcome?.exit ?? 0;
  } finally {
    output.progress('');
    await close();
  }
}

async function fail(thrown: unknown, argv: readonly string[], world: CliWorld): Promise<number> {
  const error = failureOf(thrown);
  const modes = modesOf(argv);
  const output = new Output(world.stdout, world.stderr, modes);
  const wanted = !modes.json && !argv.includes('--no-color');
  const on = colorIsOn({ wanted, env: world.env, isTty: world.stderr.isTTY === true });
  output.fail(error, on ? await loadStyle(true) : PLAIN);
  if (world.env.COMMS_DEBUG) output.trace(String((error.cause instanceof Error ? error.cause : error).stack));
  return error.exitCode;
}

/** For what is printed where no options could be parsed. */
function modesOf(argv: readonly string[]): OutputModes {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  return { json: words.includes('--json'), quiet: words.includes('--quiet') || words.includes('-q') };
}
