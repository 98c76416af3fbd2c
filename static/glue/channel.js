// A BroadcastChannel that the browser has connected. A new one is known to the browser a moment later, and what another thread says
// on it before that is lost: of 3,000 greetings of a worker, on a busy machine, 27. A second channel of the same name hears no sooner than the
// first, so the first one is there once it has heard the second. Whoever is told the name afterwards is heard for certain.
export const connected = (name) =>
  new Promise((resolve) => {
    const channel = new BroadcastChannel(name);
    const other = new BroadcastChannel(name);
    channel.onmessage = () => {
      channel.onmessage = null;
      other.close();
      resolve(channel);
    };
    other.postMessage(null);
  });
