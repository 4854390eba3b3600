// Scans beside the form. They are opened here from the volunteer's own disk; nothing of them leaves this page.
"use strict";

const paper = document.querySelector("#paper");
const at = Object.fromEntries([...paper.querySelectorAll("[id]")].map((element) => [element.id, element]));
const LARGER = 1.25;
const STEP = 0.8; // of what is seen of a sheet: so the last line stays in sight
let scans = [];
let here = 0;
let width = 1; // of the sheet, in widths of its room
let turned = 0; // quarters

at.scans.addEventListener("change", () => open([...at.scans.files]));
at.choose.addEventListener("dragover", (event) => { event.preventDefault(); at.choose.classList.add("over"); });
at.choose.addEventListener("dragleave", () => at.choose.classList.remove("over"));
at.choose.addEventListener("drop", (event) => { event.preventDefault(); open([...event.dataTransfer.files]); });

const does = {
  before: () => go(-1),
  next: () => go(1),
  turn: () => { turned = (turned + 1) % 4; draw(); },
  larger: () => { width = Math.min(width * LARGER, 4); draw(); },
  smaller: () => { width = Math.max(width / LARGER, 1); draw(); },
  close: () => open([]),
};
paper.addEventListener("click", (event) => does[event.target.closest("button")?.dataset.does]?.());
heed(document);
at.beside.addEventListener("load", () => heed(at.beside.contentDocument));
heed(at.beside.contentDocument);

// In a field of one line these two keys do nothing, so they are free; a longer one keeps them.
function heed(page) {
  page?.addEventListener("keydown", (event) => {
    if (!["PageDown", "PageUp"].includes(event.key) || event.target.matches("textarea, select") || !scans.length) return;
    event.preventDefault();
    const by = event.key === "PageDown" ? 1 : -1;
    const before = at.sheet.scrollTop;
    at.sheet.scrollTop += by * STEP * at.sheet.clientHeight;
    if (at.sheet.scrollTop === before) go(by);
  });
}

function open(files) {
  for (const scan of scans) URL.revokeObjectURL(scan.address);
  scans = files.map((file) => ({ name: file.name, isPicture: file.type !== "application/pdf", address: URL.createObjectURL(file) }));
  at.scans.value = "";
  at.choose.hidden = scans.length > 0;
  at.choose.classList.remove("over");
  at.open.hidden = !scans.length;
  here = 0;
  show();
}

function go(by) {
  if (!scans[here + by]) return;
  here += by;
  show(by < 0);
}

function show(fromBelow = false) {
  at.unread.hidden = true;
  at.sheet.hidden = false;
  at.sheet.replaceChildren();
  const scan = scans[here];
  at.which.textContent = scan
    ? paper.dataset.of.replace("{n}", here + 1).replace("{all}", scans.length).replace("{name}", scan.name) : "";
  if (!scan) return;
  turned = 0;
  const sheet = document.createElement(scan.isPicture ? "img" : "iframe");
  if (scan.isPicture) {
    sheet.alt = scan.name;
    sheet.addEventListener("error", () => { at.unread.hidden = false; at.sheet.hidden = true; });
    sheet.addEventListener("load", () => { draw(); at.sheet.scrollTop = fromBelow ? at.sheet.scrollHeight : 0; });
  } else {
    sheet.title = scan.name;
  }
  sheet.src = scan.isPicture ? scan.address : `${scan.address}#navpanes=0`;
  for (const button of paper.querySelectorAll(".of-pictures")) button.hidden = !scan.isPicture;
  at.sheet.append(sheet);
}

// A sheet that lies on its side takes as much room as it is wide; what is turned moves none of what is around it.
function draw() {
  const sheet = at.sheet.querySelector("img");
  if (!sheet) return;
  const room = at.sheet.clientWidth * width;
  const ratio = sheet.naturalHeight / sheet.naturalWidth;
  const isSideways = turned % 2 === 1;
  const [wide, high] = isSideways ? [room / ratio, room] : [room, room * ratio];
  sheet.style.setProperty("width", `${wide}px`);
  sheet.style.setProperty("margin", isSideways ? `${(wide - high) / 2}px ${(high - wide) / 2}px` : "0");
  sheet.style.setProperty("transform", `rotate(${turned * 90}deg)`);
}
