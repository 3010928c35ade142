// Select all on this page, or none; without it people tick boxes one by one.
const place = document.getElementById("select-all");
const boxes = [...document.querySelectorAll('input[name="chosen"][type="checkbox"]')];

if (place && boxes.length > 1) {
  const button = place.querySelector("button");
  const all = () => boxes.every((box) => box.checked);
  const say = () => {
    button.textContent = all() ? button.dataset.none : button.dataset.all;
  };
  button.addEventListener("click", () => {
    const wanted = !all();
    for (const box of boxes) box.checked = wanted;
    say();
  });
  for (const box of boxes) box.addEventListener("change", say);
  place.hidden = false;
  say();
}
