import { firstLine } from './text.ts';

/** The first of the values that is a text with something in it. */
export function firstText(...values: unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value.trim() !== '');
}

/** A subject for a message that has none: the first line of what it says, at most 80 characters of it, else its type. */
export function subjectOf(said: string | undefined, type: unknown): string | undefined {
  return said === undefined ? firstText(type) : firstLine(said, 80);
}

/** The members that hold something: the other dialects write null for what we leave out. */
export function withoutNothing(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
}
