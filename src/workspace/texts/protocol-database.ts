import type { TextOptions } from './protocol.ts';

/** What protocol.md says where the messages lie in a database, which nobody reads without the command. */
export function databaseIntro(): string {
  return `Each agent has an inbox. To tell another agent something, you send a message to that agent's inbox; to learn what others want
of you, you look into your own. Nobody has to be there at the same time. The messages lie in a database: you read and write
them with the command \`comms\`, and never by editing a file.`;
}

export function databasePlaces({ place }: TextOptions): string {
  return `| file | what it holds |
|---|---|
| \`${place}/messages.db\` | all messages, in SQLite; not in git. \`messages.db-wal\` and \`-shm\` belong to it: leave them alone |
| \`${place}/config.json\` | the registered agents, limits |
| \`${place}/test-harness.md\` | how to test this project and report the outcome |

Where \`comms\` is not to be had, you cannot take part: say so to your user. For a look without it (never to write):
\`sqlite3 ${place}/messages.db "SELECT id, from_agent, to_agent, status, payload FROM messages"\`.`;
}

export function databaseFlow(): string {
  return `1. The sender sends a message (\`comms send\`).
2. The recipient looks into its inbox and takes the message: it is \`IN_PROGRESS\` then (\`comms claim\`).
3. It does the work.
4. It answers: with an \`ACK\`, or with a message that refers to the first one in \`references\` (\`comms reply\`).
5. It finishes the message: \`COMPLETED\`, or \`BLOCKED\` (\`comms done\`, \`comms block\`).`;
}

export function databaseConventions(): string {
  return `1. Timestamps are ISO 8601, in UTC: \`2026-01-17T12:00:00Z\`.
2. Refer to the messages that yours follows.
3. Finish a message once it is fully dealt with, not before.
4. Move old completed messages to the archive from time to time (\`comms archive\`).`;
}
