// The free width of the mail: by a slider, or by dragging the edge of its frame.
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
