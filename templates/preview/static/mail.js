// The mail on its stage: the section it begins with, and its free width by a slider or by dragging its edge.
const section = document.getElementById("at");
section?.addEventListener("change", () => {
  const address = new URL(section.dataset.address, location.href);
  if (section.value) address.searchParams.set("at", section.value);
  location.assign(address);
});

const slider = document.getElementById("px");
const grip = document.getElementById("grip");

if (slider) {
  const frame = document.querySelector("iframe");
  const shown = document.getElementById("px-shown");
  const caption = document.querySelector("figcaption span");

  const set = (pixels) => {
    const width = Math.round(Math.min(slider.max, Math.max(slider.min, pixels)));
    slider.value = frame.width = width;
    shown.value = caption.textContent = `${width} px`;
    const here = new URL(location.href);
    here.searchParams.set("px", width);
    history.replaceState(null, "", here);
    for (const link of document.querySelectorAll(".segments a")) {
      const there = new URL(link.href);
      if (there.searchParams.get("width") === "free") link.href = (there.searchParams.set("px", width), there);
    }
  };

  slider.addEventListener("input", () => set(Number(slider.value)));
  grip.addEventListener("pointerdown", (event) => {
    const from = { x: event.clientX, width: Number(frame.width) };
    // The frame is in the middle: its edge moves half as far as it grows.
    const drag = (move) => set(from.width + 2 * (move.clientX - from.x));
    grip.setPointerCapture(event.pointerId);
    grip.addEventListener("pointermove", drag);
    grip.addEventListener("pointerup", () => grip.removeEventListener("pointermove", drag), { once: true });
  });
}

// A browser may scroll a frame to its place before all of it has its height: once it has, it is told again.
addEventListener("load", () => {
  for (const frame of document.querySelectorAll("iframe")) {
    if (frame.src.includes("#")) requestAnimationFrame(() => frame.contentWindow.location.replace(frame.src));
  }
});
