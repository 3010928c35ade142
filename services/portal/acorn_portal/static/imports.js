// While an import runs: say how far it is, and show what became of it once it has ended. Without it there is a link.
const place = document.getElementById("import-progress");
const sentence = document.getElementById("import-sentence");
const spoken = document.getElementById("import-spoken");
const EVERY = 2_000;
const SPOKEN_EVERY = 15_000;
const PATIENCE = 20 * 60_000;

const began = Date.now();
let said = Date.now();

async function ask() {
  // A page that nobody looks at asks nothing: it would keep somebody signed in who has gone.
  if (!document.hidden) {
    try {
      const answer = await fetch(place.dataset.progress, { redirect: "manual" });
      if (answer.type === "opaqueredirect") {
        location.reload();
        return;
      }
      if (answer.ok) {
        const told = await answer.json();
        if (!told.going) {
          spoken.textContent = told.sentence;
          location.reload();
          return;
        }
        sentence.textContent = told.sentence;
        if (Date.now() - said > SPOKEN_EVERY) {
          said = Date.now();
          spoken.textContent = told.sentence;
        }
      }
    } catch {
      // The next time may do better.
    }
  }
  if (Date.now() - began < PATIENCE) setTimeout(ask, EVERY);
}

if (place) setTimeout(ask, EVERY / 4);
