/** Whether tests that can go on for as long as one likes run in their long form, as `npm run test:faults` has them. */
export const LONG = process.env.COMMS_TEST_LONG === '1';
