// The control API, as the README describes it.
class Unreachable extends Error {}

async function request(path, options) {
  const response = await fetch(`/control/${path}`, options).catch(() => {
    throw new Unreachable("The simulator is not running.");
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || response.statusText);
  return answer;
}

// What the page asks for in the background is asked again when the stream is back; the banner says so meanwhile.
window.addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof Unreachable) event.preventDefault();
});

export const get = (path) => request(path);

export const remove = (path) => request(path, { method: "DELETE" });

export const post = (path, body) =>
  request(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export function listen(onNotice, onConnected) {
  const stream = new EventSource("/control/stream");
  stream.addEventListener("message", (event) => onNotice(JSON.parse(event.data)));
  stream.addEventListener("open", () => onConnected(true));
  stream.addEventListener("error", () => onConnected(false));
}

// The bytes of a picked file, as the upload route takes them.
export async function upload(user, file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return (await post("upload", { user, filename: file.name, content: btoa(text) })).file;
}
