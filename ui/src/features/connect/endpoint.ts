/** What is wrong with a custom endpoint: a signed request carries the session, so https, or this computer. */
export type EndpointFault = "address" | "plain";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export function endpointFault(text: string): EndpointFault | null {
  const typed = text.trim();
  if (!typed) return null;
  let url: URL;
  try {
    url = new URL(typed);
  } catch {
    return "address";
  }
  if (url.protocol === "https:") return null;
  if (url.protocol === "http:") return LOOPBACK.test(url.hostname) ? null : "plain";
  return "address";
}
