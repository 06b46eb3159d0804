// The client of the control API, which the README describes.
class Unreachable extends Error {}

async function request(path, options) {
  const response = await fetch(`/control/${path}`, options).catch(() => {
    throw new Unreachable("The simulator is not running.");
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || response.statusText);
  return answer;
}

// A failed background request is not shown: the page repeats it when the stream is back, and a banner says so until then.
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

// Uploads a file that the user chose.
export async function upload(user, file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return (await post("upload", { user, filename: file.name, content: btoa(text) })).file;
}
