// What pages gain from JavaScript; every page works without it.
const own = document.querySelector("script[data-frontend]");
const frontend = await import(own.dataset.frontend);
frontend.initAll();

// A session ends after some idle minutes: two minutes before, ask whether somebody is still there (WCAG 2.2.1).
const idle = document.getElementById("acorn-idle");
if (idle) {
  const minutes = Number(idle.dataset.minutes);
  const warned = Math.max(minutes - 2, minutes / 2) * 60_000;
  const rest = minutes * 60_000 - warned;
  const dialog = document.createElement("dialog");
  dialog.className = "acorn-idle";
  dialog.setAttribute("aria-labelledby", "acorn-idle-title");
  dialog.innerHTML =
    '<h2 class="govuk-heading-m" id="acorn-idle-title">Are you still there?</h2>' +
    '<p class="govuk-body">For your security you will soon be signed out. What you have entered is kept.</p>' +
    '<button class="govuk-button" type="button">Stay signed in</button>';
  document.body.append(dialog);
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      dialog.showModal();
      timer = setTimeout(() => dialog.close(), rest);
    }, warned);
  };
  dialog.querySelector("button").addEventListener("click", async () => {
    dialog.close();
    const answer = await fetch("/still-here", { redirect: "manual" });
    if (answer.ok) wait();
  });
  wait();
}

// Fills in a day that is tedious to type on a telephone.
for (const button of document.querySelectorAll("button[data-fill]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const values = button.dataset.with.split(" ");
    ["day", "month", "year"].forEach((box, at) => {
      document.getElementById(`${button.dataset.fill}-${box}`).value = values[at];
    });
    document.getElementById(`${button.dataset.fill}-year`).focus();
  });
}
