// Tells the page what the browser's policy stopped, here on the page or in a worker, where alone it is heard.
//
// The policy stands in a header and in the page (app/server/headers.py), and each of the two reports what both have stopped: what is the same
// within a moment is one.
const MOMENT_MS = 50;
let last = "", at = 0;

addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => {
  const what = `${effectiveDirective} ${blockedURI}`, now = performance.now();
  const again = what === last && now - at < MOMENT_MS;
  [last, at] = [what, now];
  if (again) return;
  const channel = new BroadcastChannel("carryon-blocked");
  channel.postMessage({ address: blockedURI });
  channel.close();
});
