import type { Message } from '../../src/message/message.ts';

/** A valid message; `change` replaces fields, undefined takes one away. */
export function messageOf(id: string, change: Record<string, unknown> = {}): Message {
  return {
    id,
    timestamp: '2026-01-17T12:00:00Z',
    sender: 'gpt',
    recipient: 'claude',
    type: 'INFO',
    priority: 'medium',
    status: 'PENDING',
    subject: `About ${id}`,
    content: { details: 'Text.', context: {}, attachments: [] },
    references: [],
    requires_response: false,
    ...change,
  };
}

/** The lines that a message takes in a file. */
export function blockText(id: string, change: Record<string, unknown> = {}): string {
  return `### Message: ${id}\n\n\`\`\`json\n${JSON.stringify(messageOf(id, change), null, 2)}\n\`\`\`\n`;
}
