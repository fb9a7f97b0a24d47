import { CommsError, openComms } from '../../../src/comms.ts';

/** One process of spool.test.ts: sends one message, and answers with its id or the code of the refusal. */
const comms = await openComms({ workspace: String(process.argv[2]) });
const answer = await comms
  .send({ from: 'claude', to: ['gpt', 'gemini'], type: 'INFO', subject: 'From another process', details: 'Something.' })
  .then(
    ({ message }) => message.id,
    (error: unknown) => (error instanceof CommsError ? error.code : String(error)),
  );
await comms.close();
process.send?.(answer, () => process.disconnect());
