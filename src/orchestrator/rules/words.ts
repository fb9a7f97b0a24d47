import type { Finding } from '../verdict.ts';

/** "gpt", "gpt and gemini", "gpt, gemini and mistral". */
export function namesOf(names: readonly string[]): string {
  if (names.length < 2) return names.join();
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Whether a list of types lets a message through. An ACK says nothing but that something arrived, and always may. */
export function typesAllowed(types: readonly string[], type: string): boolean {
  return type === 'ACK' || types.includes(type);
}

/** A finding that nobody gets the message for. `hint` is the way out. */
export function refusal(code: NonNullable<Finding['code']>, reason: string, hint: string, details?: Record<string, unknown>): Finding {
  return { outcome: 'refuse', code, reason, hint, ...(details && { details }) };
}
