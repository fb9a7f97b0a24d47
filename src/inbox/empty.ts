/** The text that a new inbox begins with (DESIGN §3). */
export function emptyInbox(agent: string): string {
  return `# ${titleOf(agent)} Inbox

Messages for ${agent} to process.

---

## Active Messages

---

## Archived Messages
`;
}

function titleOf(agent: string): string {
  const words = agent.split(/[-_]/).filter((word) => word !== '');
  return words.map((word) => (word === 'gpt' ? 'GPT' : word.charAt(0).toUpperCase() + word.slice(1))).join(' ');
}
