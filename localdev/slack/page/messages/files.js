// Renders the files of a message: pictures from this server are shown, others can be downloaded.
import { el } from "../dom.js";

const SIZES = [[1 << 20, "MB"], [1 << 10, "kB"], [1, "bytes"]];

const size = (bytes) => {
  const [unit, name] = SIZES.find(([one]) => bytes >= one) ?? [1, "bytes"];
  return `${Math.round((10 * bytes) / unit) / 10} ${name}`;
};

export function renderFiles(files) {
  return el("div", { class: "files" }, files.map((file) => {
    const address = `/control/files/${encodeURIComponent(file.id)}`;
    if (/^image\/(png|jpeg|gif|webp)$/.test(file.mimetype)) {
      return el("figure", { class: "picture" },
        el("img", { src: address, alt: file.alt_txt || file.title, loading: "lazy" }),
        el("figcaption", {}, file.title));
    }
    return el("a", { class: "file", href: address, download: file.name },
      el("strong", {}, file.title), el("small", {}, `${file.filetype.toUpperCase()} · ${size(file.size)}`));
  }));
}
