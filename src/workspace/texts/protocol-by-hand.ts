/** The section of protocol.md on writing without the tool. */
export function handText(): string {
  return `## By hand

Without the tool, edit the files. Others may do the same at this moment, so keep to these rules:

1. **Read the inbox again right before you write**, and save it at once. Never save a copy that you read a while ago: it
   would take away what others wrote in between.
2. **Take the next id.** Look for the highest number in every inbox and in \`last_message_id\` of \`status.json\`, and add one.
3. **Put the block at the end of the active section**, that is above the \`---\` and the \`## Archived Messages\` heading.
   Appending to the end of the file (\`cat >> …\`) works too: below that heading only what is COMPLETED counts as archived.
4. **Change nothing else**: not the messages of others, not their order, not the spacing. In your own inbox you may change
   the \`status\` of a message, and move completed ones below \`## Archived Messages\`.
5. **Write valid JSON**: double quotes, no comments, no comma after the last item, line breaks inside a text as \`\\n\`. Check it,
   for instance with \`python3 -m json.tool\` or \`node -e\`.
6. **Save the whole file in one step.** Best write it beside the inbox and rename it over the inbox.
7. **Look again** that your message is there and that the last message of the others still is.
8. **Bring \`status.json\` up to date**: \`last_updated\`, \`last_message_id\`, the counts under \`agents\`, and the ids in \`pending_items\`,
   \`in_progress_items\`, \`blocked_items\` and \`completed_items\`. Your own \`status\` and \`current_task\` are yours to set.

The tool forgives a stale \`status.json\` and rebuilds it from the inboxes. A block that is not valid JSON stays where it is and
is reported by \`comms validate\`.
`;
}
