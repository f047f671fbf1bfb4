// Book, be refused with alternatives, cancel: with the types of openapi-typescript and openapi-fetch, which reads them.
import createClient from "openapi-fetch";
import type { components, paths } from "./generated";

declare const process: { env: Record<string, string>; exitCode: number };
const { SOLO60_API: baseUrl, SOLO60_GYM: gym_id } = process.env;

function expect(holds: boolean, what: unknown): void {
  if (!holds) throw new Error(`not as it should be: ${JSON.stringify(what)}`);
}

async function clientOf(who: string) {
  const body = { email: process.env[`SOLO60_${who}_EMAIL`], password: process.env[`SOLO60_${who}_PASSWORD`] };
  const { data } = await createClient<paths>({ baseUrl }).POST("/auth/login", { body });
  if (!data) throw new Error(`${who} cannot log in`);
  return createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${data.id_token}` } });
}

async function main(): Promise<void> {
  const [member, rival] = [await clientOf("MEMBER"), await clientOf("RIVAL")];
  const date = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  const offered = await member.GET("/sessions/availability", { params: { query: { gym_id, date, duration: 60 } } });
  if (!offered.data) throw new Error(offered.error.detail);
  const start = offered.data.items[Math.floor(offered.data.items.length / 2)];

  const body = { gym_id, starts_at: start.starts_at, duration: 60 };
  const booked = await member.POST("/sessions/book", { body });
  if (!booked.data) throw new Error(booked.error.detail);
  const session: components["schemas"]["SessionView"] = booked.data;
  expect(session.status === "confirmed" && session.gym_id === gym_id, session);

  const { error } = await rival.POST("/sessions/book", { body });
  // The type of `error` is the union of all refusals: the member that only a conflict has tells them apart.
  if (!error || !("alternatives" in error) || !error.alternatives) throw new Error(JSON.stringify(error));
  expect(error.code === "slot_taken" && error.alternatives[0].gym_id === gym_id, error);

  const path = { session_id: session.id };
  const { data: cancelled } = await member.POST("/sessions/{session_id}/cancel", { params: { path } });
  expect(cancelled?.status === "cancelled" && cancelled.refunded_credits === session.price_credits, cancelled);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
