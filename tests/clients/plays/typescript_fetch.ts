// Book, be refused with alternatives, cancel: with the client that openapi-generator generates for TypeScript's fetch.
import { AuthApi, BookSessionConflict, BookSessionConflictFromJSON, Configuration, ResponseError, SessionStatus, SessionsApi } from "./generated";

declare const process: { env: Record<string, string>; exitCode: number };
const { SOLO60_API: basePath, SOLO60_GYM: gymId } = process.env;

function expect(holds: boolean, what: unknown): void {
  if (!holds) throw new Error(`not as it should be: ${JSON.stringify(what)}`);
}

async function sessionsOf(who: string): Promise<SessionsApi> {
  const logInRequest = { email: process.env[`SOLO60_${who}_EMAIL`], password: process.env[`SOLO60_${who}_PASSWORD`] };
  const tokens = await new AuthApi(new Configuration({ basePath })).logIn({ logInRequest });
  return new SessionsApi(new Configuration({ basePath, accessToken: tokens.idToken }));
}

async function main(): Promise<void> {
  const [member, rival] = [await sessionsOf("MEMBER"), await sessionsOf("RIVAL")];
  const date = new Date(Date.now() + 3 * 86_400_000);
  const offered = await member.listAvailability({ gymId, date, duration: 60 });
  const start = offered.items[Math.floor(offered.items.length / 2)];

  const bookSessionRequest = { gymId, startsAt: start.startsAt, duration: 60 };
  const session = await member.bookSession({ bookSessionRequest });
  expect(session.status === SessionStatus.Confirmed && session.gymId === gymId, session);

  let conflict: BookSessionConflict | undefined;
  try {
    await rival.bookSession({ bookSessionRequest });
  } catch (refused) {
    if (!(refused instanceof ResponseError) || refused.response.status !== 409) throw refused;
    conflict = BookSessionConflictFromJSON(await refused.response.json());
  }
  expect(conflict?.code === "slot_taken" && (conflict.alternatives ?? [])[0]?.startsAt instanceof Date, conflict);

  const cancelled = await member.cancelSession({ sessionId: session.id });
  expect(cancelled.status === SessionStatus.Cancelled && cancelled.refundedCredits === session.priceCredits, cancelled);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
