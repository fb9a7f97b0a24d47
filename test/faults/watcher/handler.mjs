// Claims and completes what lies in gpt's inbox, until it has done so many, and prints each id.
import { openComms } from '../../../dist/index.js';

const [workspace, count] = process.argv.slice(2);
const comms = await openComms({ workspace });
for (let done = 0; done < Number(count); ) {
  try {
    const { message } = await comms.claim({ agent: 'gpt' });
    await comms.complete({ agent: 'gpt', id: message.id });
    console.log(message.id);
    done += 1;
  } catch (error) {
    if (error.code !== 'NOTHING_TO_CLAIM') throw error;
    await comms.wait({ agent: 'gpt', timeoutMs: 60_000 });
  }
}
await comms.close();
