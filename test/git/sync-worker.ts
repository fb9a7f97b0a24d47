import { openComms } from '../../src/comms.ts';

/** One process of sync-processes.test.ts: sends to the inboxes that it is given, and syncs, at random until the time is over. */
const [root, name = '', inboxes = '', ms = '0'] = process.argv.slice(2);
const [sent, failures]: [string[], string[]] = [[], []];
const end = Date.now() + Number(ms);
const comms = await openComms({ workspace: root });
for (let n = 0; Date.now() < end; n++) {
  const to = inboxes.split(',')[n % inboxes.split(',').length] ?? '';
  const subject = `${name}/${n}`;
  await comms.send({ from: 'gemini', to: [to], type: 'INFO', subject, details: 'x' });
  sent.push(subject);
  if (Math.random() < 0.3) await comms.sync().catch((error: unknown) => failures.push(String(error)));
}
await comms.close();
process.send?.({ sent, failures }, () => process.disconnect());
