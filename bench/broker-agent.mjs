import { CommsError, openComms } from '../dist/index.js';
import { SINK } from './workspaces.mjs';

/** The same size as the reference's messages. */
const BODY = 'x'.repeat(400);
/** As patient as the reference: five looks, a tenth of a second apart, that find nothing. */
const IDLE_LOOKS = 5;
const LOOK_MS = 100;
/** Sends before the first that counts, as of an agent that has been there for a while, for each one that counts. */
const WARM_UP = { one: 1.2, many: 6 };

const [root, me, agents, each, inFlight] = [process.argv[2], ...process.argv.slice(3, 7).map(Number)];
const onlySend = process.argv[7] === 'only-send';
const comms = await openComms({ workspace: root });
const random = generator(me);
await warmUp();
process.once('message', async () => {
  const start = performance.now();
  let sent = 0;
  const lane = async () => {
    while (sent < each) {
      const k = sent++;
      await comms.send(message(`a${me}`, `a${Math.floor(random() * agents)}`, k));
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const seconds = (performance.now() - start) / 1000;
  let [completed, idle] = [0, 0];
  while (!onlySend && idle < IDLE_LOOKS) {
    if (await takeOne()) [completed, idle] = [completed + 1, 0];
    else {
      idle += 1;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
  await comms.close();
  process.send({ seconds, completed }, () => process.disconnect());
});
process.send('ready');

function message(from, to, k) {
  return { from, to: [to], type: 'test.ping', subject: 'ping', details: BODY, context: { k } };
}

/**
 * An agent lives for long: what Node takes to compile the code is paid before. With the same store, since what V8 has learnt
 * of one is not known of the next; to an inbox that nobody here takes from.
 */
async function warmUp() {
  let left = each * (agents === 1 ? WARM_UP.one : WARM_UP.many);
  const lane = async () => {
    while (left-- > 0) await comms.send(message(`a${me}`, SINK, left));
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}

async function takeOne() {
  try {
    const { message } = await comms.claim({ agent: `a${me}` });
    await comms.complete({ agent: `a${me}`, id: message.id, token: message.delivery.lease_token });
    return true;
  } catch (error) {
    if (error instanceof CommsError && error.code === 'NOTHING_TO_CLAIM') return false;
    throw error;
  }
}

/** The same numbers in every run (mulberry32). */
function generator(seed) {
  let state = seed + 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
