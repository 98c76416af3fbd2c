// Does work in a read-write transaction, and resolves when it is durable. All of the work is done or none: where a step fails, the
// transaction is taken back, and the error says why.
export const durably = async (tx, work) => {
  const failed = tx.done.then(() => null, (error) => error);
  try {
    await work(tx);
    tx.commit?.();
  } catch (error) {
    // A request that failed has aborted it already, and `failed` may know better why.
    try {
      tx.abort();
    } catch {}
    throw error?.name === "AbortError" ? ((await failed) ?? error) : error;
  }
  const error = await failed;
  if (error) throw error;
};
