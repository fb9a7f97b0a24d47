import { CommsError } from '../errors.ts';
import type { Reservation } from '../orchestrator/conflicts/reservation.ts';
import type { CoreContext } from './context.ts';
import { liveReservations } from './reservations.ts';

/** The live reservations of others; where reservations.json cannot be read it keeps no brief from being written. */
export async function reservedByOthers(ctx: CoreContext, agent: string): Promise<Reservation[]> {
  try {
    return (await liveReservations(ctx)).filter((one) => one.agent !== agent);
  } catch (error) {
    if (error instanceof CommsError) return [];
    throw error;
  }
}
