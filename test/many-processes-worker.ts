import { CommsError, openComms } from '../src/comms.ts';

/** One process of many-processes.test.ts: sends, sends against a limit, or claims and completes until it has done `count`, and answers with ids. */
const [root, task, name = '', count = '0'] = process.argv.slice(2);
const comms = await openComms({ workspace: root });
const tasks: Record<string, () => Promise<string[]>> = { send, limited, handle, archived, check };
const answer = await tasks[String(task)]?.();
await comms.close();
process.send?.(answer, () => process.disconnect());

async function send(): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < Number(count); n++) {
    const to = n % 2 ? 'gpt' : 'claude';
    const { message } = await comms.send({
      from: 'gemini',
      to: [to],
      type: 'INFO',
      subject: `${name}/${n}`,
      details: `Number ${n} of ${name}.`,
    });
    ids.push(message.id);
  }
  return ids;
}

/** Sends against a limit: ids, and codes of refusals. */
async function limited(): Promise<string[]> {
  const outcomes: string[] = [];
  for (let n = 0; n < Number(count); n++) {
    const request = { from: 'gemini', to: [n % 2 ? 'gpt' : 'claude'], type: 'INFO', subject: `${name}/${n}`, details: 'x' };
    outcomes.push(
      await comms.send(request).then(
        ({ message }) => message.id,
        (error: unknown) => (error instanceof CommsError ? error.code : String(error)),
      ),
    );
  }
  return outcomes;
}

async function handle(): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < Number(count)) {
    try {
      const { message } = await comms.claim({ agent: name });
      await comms.complete({ agent: name, id: message.id, token: String(message.delivery?.lease_token) });
      ids.push(message.id);
    } catch (error) {
      if (!(error instanceof CommsError) || error.code !== 'NOTHING_TO_CLAIM') throw error;
      await comms.wait({ agent: name, timeoutMs: 60_000, signal: new AbortController().signal });
    }
  }
  return ids;
}

async function archived(): Promise<string[]> {
  const copies = await comms.store.list({ inboxes: [name], sections: ['archived'] });
  return copies.filter(({ file }) => file?.startsWith('archive/')).map(({ message }) => message.id);
}

async function check(): Promise<string[]> {
  return (await comms.check()).problems.map(({ code, message }) => `${code}: ${message}`);
}
