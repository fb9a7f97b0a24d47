import type { CommsError } from '../errors.ts';
import { harmless, visible } from '../message/text.ts';
import type { Outcome } from './command.ts';
import type { Style } from './style.ts';

/** A place to write to: a stream, or a buffer in a test. */
export interface Sink {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  /** How wide a terminal is. */
  columns?: number | undefined;
}

export interface OutputModes {
  json: boolean;
  quiet: boolean;
  /** Whether text on stdout has colours of ours. */
  colours?: boolean;
  /** Whether a line on stderr may be drawn over and over: on a terminal that can. */
  redraws?: boolean;
}

const ERASE_LINE = '\r\u001b[2K';

/** The one place that prints: data on stdout, messages on stderr (DESIGN §7). */
export class Output {
  readonly #stdout: Sink;
  readonly #stderr: Sink;
  readonly #modes: OutputModes;
  readonly #warnings: string[] = [];
  #progressIsShown = false;

  constructor(stdout: Sink, stderr: Sink, modes: OutputModes) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#modes = modes;
  }

  /** One event of a stream. */
  emit(data: unknown, text: string): void {
    this.#line(this.#modes.json ? JSON.stringify(data) : this.#safe(text));
  }

  /** How far something is, in a line on stderr that takes the place of the last one; '' takes it away. */
  progress(text: string): void {
    if (!this.#modes.redraws || this.#modes.quiet) return;
    if (this.#progressIsShown || text !== '') this.#stderr.write(ERASE_LINE + visible(text));
    this.#progressIsShown = text !== '';
  }

  warn(message: string): void {
    this.#warnings.push(message);
    this.progress('');
    if (!this.#modes.quiet) this.#stderr.write(`comms: warning: ${visible(message, { newlines: true })}\n`);
  }

  /** What is no warning and no data either, such as that a list is empty: a plain line on stderr. Programs see it in the data. */
  notice(text: string): void {
    this.progress('');
    if (!this.#modes.quiet && !this.#modes.json) this.#stderr.write(`${visible(text, { newlines: true })}\n`);
  }

  finish({ data, text, brief, warnings = [] }: Outcome): void {
    for (const warning of warnings) this.warn(warning);
    const all = this.#warnings;
    if (this.#modes.json) this.#line(JSON.stringify({ ok: true, data, ...(all.length > 0 && { warnings: all }) }));
    else this.#line(this.#safe(this.#modes.quiet ? (brief ?? text) : text));
  }

  fail(error: CommsError, style: Style): void {
    const { code, message, hint, details } = error;
    if (this.#modes.json) {
      this.#line(JSON.stringify({ ok: false, error: { code, message, hint, details } }));
      return;
    }
    this.#stderr.write(`${style.bad('comms:')} ${visible(message, { newlines: true })}\n`);
    if (hint !== undefined) this.#stderr.write(`${style.strong('hint:')} ${visible(hint, { newlines: true })}\n`);
  }

  /** For the debugging of comms itself. */
  trace(text: string): void {
    this.#stderr.write(`${visible(text, { newlines: true })}\n`);
  }

  /** Commands make visible what others wrote; this is for the one that forgot to. */
  #safe(text: string): string {
    return harmless(text, { colours: this.#modes.colours ?? false });
  }

  #line(text: string): void {
    this.progress('');
    if (text !== '') this.#stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  }
}
