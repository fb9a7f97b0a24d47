import { existsSync } from 'node:fs';
import { type Comms, CommsError, migrateStore, openComms } from '../../../src/comms.ts';

/** One process of migrate-processes.test.ts. It says a line for each thing that it was told is done. */
const [task, root = '', argument = ''] = process.argv.slice(2);
if (task === 'migrate') await migrateStore({ workspace: root, to: argument as 'files' });
else await sendUntilStopped(task === 'once');
process.stdout.write('end\n');

/** What is refused because the messages have moved is sent again from a workspace that is opened anew. */
async function sendUntilStopped(openEachTime: boolean): Promise<void> {
  let comms: Comms | undefined;
  for (let n = 0; !existsSync(`${root}/stop`); ) {
    try {
      comms ??= await openComms({ workspace: root });
      const subject = `${argument}/${n}`;
      const { message } = await comms.send({ from: 'claude', to: ['gpt'], type: 'INFO', subject, details: 'x' });
      process.stdout.write(`sent ${subject} ${message.id}\n`);
      n += 1;
    } catch (error) {
      if (!(error instanceof CommsError) || error.code !== 'STORE_MOVED') throw error;
      process.stdout.write('moved\n');
      await closed(comms);
      comms = undefined;
    }
    if (openEachTime) {
      await closed(comms);
      comms = undefined;
    }
  }
  await closed(comms);
}

async function closed(comms: Comms | undefined): Promise<void> {
  await comms?.close();
}
