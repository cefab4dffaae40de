// Asking the gateway.

/** An answer that was no success; `status` and `retryAfter` (seconds) say more. */
export class Refused extends Error {
  constructor(response) {
    super(`${response.status} ${response.url}`);
    this.status = response.status;
    this.retryAfter = Number(response.headers.get("retry-after") ?? 1);
  }
}

/** The JSON of a path. Throws Refused. */
export async function get(path, headers = {}) {
  const response = await fetch(path, { headers: { accept: "application/json", ...headers } });
  if (!response.ok) throw new Refused(response);
  return response.json();
}

/** Change something; the JSON of the answer, or null when there is none. Throws Refused. */
export async function post(path, body) {
  const headers = { "x-kefu-csrf": "1", ...(body ? { "content-type": "application/json" } : {}) };
  const response = await fetch(path, { method: "POST", headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Refused(response);
  return response.status === 204 ? null : response.json();
}

/** The items of a list, or none while its service is away: a board with a gap is better than no board. */
export async function items(path) {
  try {
    return (await get(path)).items ?? [];
  } catch (error) {
    if (error instanceof Refused && error.status !== 401) return [];
    throw error;
  }
}
