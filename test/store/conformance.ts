import { beforeEach, describe } from 'vitest';
import type { StoreOptions } from '../../src/store/options.ts';
import { archiveCases } from './conformance/archive.ts';
import { claimCases } from './conformance/claim.ts';
import { completesCases } from './conformance/completes.ts';
import { deadCases } from './conformance/dead.ts';
import { deliverCases } from './conformance/deliver.ts';
import { dueCases } from './conformance/due.ts';
import { heldCases } from './conformance/held.ts';
import { holderCases } from './conformance/holder.ts';
import { leaseCases } from './conformance/leases.ts';
import { restoreCases } from './conformance/restore.ts';
import { statusCases } from './conformance/status.ts';
import { type Fixture, suiteOver, type TestOptions, testOptions } from './conformance/suite.ts';
import { watchCases } from './conformance/watch.ts';
import { groupConformance } from './conformance-groups.ts';
import { conformancePresence } from './conformance-presence.ts';

export { draftOf, type Fixture, testOptions } from './conformance/suite.ts';

/** What every store means by the verbs of the port. A case may be skipped only by a capability that the driver declares. */
export function conformance(name: string, open: (options: StoreOptions) => Promise<Fixture>): void {
  groupConformance(name, open);
  describe(`${name}: store conformance`, () => {
    let options: TestOptions;
    let fixture: Fixture;

    beforeEach(async () => {
      options = testOptions();
      fixture = await open(options);
      return () => fixture.dispose();
    });

    const current = () => ({ fixture, options });
    const suite = suiteOver(current);
    deliverCases(suite);
    claimCases(suite);
    leaseCases(suite);
    dueCases(suite);
    holderCases(suite);
    completesCases(suite);
    deadCases(suite);
    heldCases(suite);
    restoreCases(suite);
    archiveCases(suite);
    statusCases(suite);
    watchCases(suite);
    conformancePresence(current);
  });
}
