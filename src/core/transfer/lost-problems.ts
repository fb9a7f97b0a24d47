import { CommsError } from '../../errors.ts';
import type { Problem } from '../../message/message.ts';
import { visible } from '../../message/text.ts';
import type { Copy } from '../../store/store.ts';

/** What keeps a message from being read. Whatever else is wrong with a message comes along with it. */
const UNREADABLE = [
  'BAD_JSON',
  'INVALID_UTF8',
  'NOT_ONE_MESSAGE',
  'OPEN_FENCE',
  'CONFLICT_MARKERS',
  'UNSAFE_PATH',
  'IO_ERROR',
  'NOT_WRITABLE',
  'DAMAGED',
];
/** What only the journal of the files store still knows. */
const ONLY_KNOWN = ['VANISHED', 'REGRESSED', 'UNFINISHED'];
const SHOWN = 20;

/** Of the problems of a store those that keep messages from being read. */
export function unreadableIn(problems: readonly Problem[]): Problem[] {
  return problems.filter(({ code, severity }) => severity === 'error' && UNREADABLE.includes(code));
}

/** The same, with what is lost when the store is left behind. */
export function lossesIn(problems: readonly Problem[]): Problem[] {
  return problems.filter(({ code, severity }) => severity === 'error' && [...UNREADABLE, ...ONLY_KNOWN].includes(code));
}

/** What stands twice is moved once; the reader should know which. */
export function doubleProblems(doubles: readonly Copy[]): Problem[] {
  return doubles.map(({ inbox, message, file }) => ({
    severity: 'warning',
    code: 'DOUBLE',
    message: `Message ${message.id} stands more than once in the inbox of ${inbox}; it is taken once, in the state that went further`,
    ...(file === undefined ? {} : { file }),
  }));
}

/** The refusal to go on, with each place. */
export function cannotRead(problems: readonly Problem[], source: string): CommsError {
  const lines = problems.slice(0, SHOWN).map(({ file, line, code, message }) => {
    const place = [file, line].filter((part) => part !== undefined).join(':');
    return `  ${place === '' ? '' : `${visible(place)}: `}${code} ${visible(message)}`;
  });
  const more = problems.length > SHOWN ? [`  … and ${problems.length - SHOWN} more`] : [];
  const count = problems.length === 1 ? 'One message' : `${problems.length} messages`;
  return new CommsError('INVALID_WORKSPACE', [`${count} of ${source} cannot be read; nothing was done:`, ...lines, ...more].join('\n'), {
    hint: 'Mend them in an editor, or leave them out with --skip-broken. comms doctor says more of a workspace.',
    details: { problems },
  });
}
