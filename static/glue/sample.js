// The sample notebook for app/page/sample.py: its notes, dated back from today, as JSON in parts.
const PART = 40;

export const read = async () => {
  const answer = await fetch(new URL("../sample/notebook.json", import.meta.url));
  if (!answer.ok) throw new Error(`the sample notebook could not be loaded (${answer.status})`);
  const now = new Date();
  const notes = (await answer.json())
    .map(({ day, time, ...note }) => {
      const [hours, minutes] = time.split(":");
      const written = new Date(now.getFullYear(), now.getMonth(), now.getDate() + day, hours, minutes);
      return { ...note, ms: written.getTime() };
    })
    .filter(({ ms }) => ms <= now.getTime());
  return Array.from({ length: Math.ceil(notes.length / PART) }, (_, n) => JSON.stringify(notes.slice(n * PART, (n + 1) * PART)));
};
