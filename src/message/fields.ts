import { FIELD_ORDER, type Message } from './message.ts';

/** The message with its fields in the envelope's order; fields that the envelope does not know follow in their own. */
export function orderFields(message: Message): Message {
  const known = FIELD_ORDER.flatMap((field): [string, unknown][] => (message[field] === undefined ? [] : [[field, message[field]]]));
  const others = Object.entries(message).filter(
    ([field, value]) => value !== undefined && !(FIELD_ORDER as readonly string[]).includes(field),
  );
  // fromEntries defines its members, so that one named __proto__ stays plain data.
  return Object.fromEntries([...known, ...others]) as Message;
}

/** The message as it stands in a file: fields in order, JSON with two spaces. */
export function render(message: Message): string {
  return JSON.stringify(orderFields(message), null, 2);
}
