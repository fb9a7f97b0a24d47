import { CommsError } from '../errors.ts';
import { BUILT_IN_TYPES } from './message.ts';
import { nearest } from './names.ts';

const OWN_TYPE = /^[a-z][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)+$/;

/** A type as somebody typed it: `bug_report` and `bug-report` are BUG_REPORT; dotted ones stay. @throws UNKNOWN_TYPE */
export function parseType(text: string): string {
  const upper = text.toUpperCase().replaceAll('-', '_');
  const builtIn = BUILT_IN_TYPES.find((type) => type === upper);
  if (builtIn) return builtIn;
  if (OWN_TYPE.test(text) && text.length <= 128) return text;
  throw unknownType(text);
}

export function unknownType(text: string): CommsError {
  const close = nearest(text.replaceAll('-', '_'), BUILT_IN_TYPES);
  return new CommsError('UNKNOWN_TYPE', `${JSON.stringify(text.slice(0, 60))} is not a message type.`, {
    hint: `${close ? `Did you mean ${close}? ` : ''}Types: ${BUILT_IN_TYPES.join(', ')}; your own are dotted lower case, such as context.query.`,
    details: { type: text.slice(0, 200), ...(close ? { nearest: close } : {}) },
  });
}
