/* Keeps a draft by itself: within three seconds of typing, and on leaving a field.

   <form data-keep="URL">   posts all its fields to URL with the header
     X-Kept-By: page. The answer may say, as JSON, {"kept": "14:03:22", "open": 2,
     "version": 8, "sentence": "…"}; an empty 2xx answer is enough. A field
     named "version" takes the new version.
   401 the session is locked · 409 somebody else changed it · 4xx "sentence" says why.
   <p data-keep-status>, <p data-open-count>   tell the person. */

const SOON = 2000;
const LATEST = 3000;
const AGAIN = [2000, 5000, 10000, 20000, 30000];
const SENTENCES = {
  network: "Not kept: no network. Keep this page open; we try again.",
  locked: "Not kept: this screen is locked. Unlock it in another tab; we try again.",
  changed: "Not kept: somebody else changed this. Open it in another tab and compare.",
  refused: "Not kept: an answer could not be read. It stays here as you typed it.",
};

class Keeper {
  constructor(form) {
    this.form = form;
    this.status = document.querySelector("[data-keep-status]");
    this.count = document.querySelector("[data-open-count]");
    this.kept = this.content();
    this.timer = 0;
    this.since = 0;
    this.failures = 0;
    this.unreachable = false;
    this.busy = false;
    form.addEventListener("input", () => this.soon(SOON));
    form.addEventListener("change", () => this.soon(SOON / 10));
    form.addEventListener("focusout", () => this.soon(SOON / 10));
    form.addEventListener("submit", (event) => this.submit(event));
    window.addEventListener("online", () => this.soon(0));
    window.addEventListener("centre:leaving", () => this.leave());
    window.addEventListener("beforeunload", (event) => this.warn(event));
  }

  content() {
    const fields = [...new FormData(this.form)].filter(([, value]) => typeof value === "string");
    return new URLSearchParams(fields).toString();
  }

  /* The last words typed go out even while the page is being left. */
  leave() {
    const content = this.content();
    if (!this.stopped && content !== this.kept) {
      this.send(content, true).catch(() => undefined);
    }
    this.stop();
  }

  send(content, outlives) {
    return fetch(this.form.dataset.keep, {
      method: "POST",
      body: new URLSearchParams(content),
      headers: { "X-Kept-By": "page" },
      credentials: "same-origin",
      redirect: "error",
      keepalive: outlives,
    });
  }

  /* Without a network the button would lead to the browser's own error page, and away
     from what was typed. */
  submit(event) {
    const isCutOff = this.unreachable && this.content() !== this.kept;
    if (navigator.onLine && !isCutOff) {
      this.stop();
      return;
    }
    event.preventDefault();
    this.say(SENTENCES.network, true);
    this.soon(0);
  }

  stop() {
    clearTimeout(this.timer);
    this.stopped = true;
  }

  warn(event) {
    if (!this.stopped && this.content() !== this.kept) {
      event.preventDefault();
    }
  }

  soon(wait) {
    if (this.stopped || this.content() === this.kept) {
      return;
    }
    const now = Date.now();
    this.since = this.since || now;
    const at = Math.min(now + wait, Math.max(this.since + LATEST, now));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), at - now);
  }

  async keep() {
    if (this.busy || this.stopped) {
      this.soon(SOON);
      return;
    }
    this.busy = true;
    this.since = 0;
    const content = this.content();
    try {
      const answer = await this.send(content, false);
      await this.heard(answer, content);
    } catch {
      this.unreachable = true;
      this.failed(SENTENCES.network, true);
    }
    this.busy = false;
    if (!this.failures && content !== this.content()) {
      this.soon(SOON);
    }
  }

  async heard(answer, content) {
    this.unreachable = false;
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) {
      this.done(said, content);
    } else if (answer.status === 401) {
      this.failed(SENTENCES.locked, true);
    } else if (answer.status === 409) {
      this.failed(said.sentence || SENTENCES.changed, false);
    } else if (answer.status >= 500 || answer.status === 429) {
      this.failed(SENTENCES.network, true);
    } else {
      this.failed(said.sentence || SENTENCES.refused, false);
    }
  }

  done(said, content) {
    this.failures = 0;
    this.kept = content;
    const clock = new Date().toLocaleTimeString("en-GB");
    this.say(`Kept ${said.kept || clock}`, false);
    this.takeVersion(said, content);
    if ("open" in said && this.count) {
      const word = said.open === 1 ? "answer" : "answers";
      this.count.textContent = said.open ? `${said.open} ${word} still without a value or reason` : "";
    }
    this.form.dispatchEvent(new CustomEvent("centre:kept", { bubbles: true, detail: said }));
  }

  takeVersion(said, content) {
    const field = this.form.elements.version;
    if (!field || !("version" in said)) {
      return;
    }
    const typedOn = this.content() !== content;
    field.value = said.version;
    if (!typedOn) {
      this.kept = this.content();
    }
  }

  failed(sentence, again) {
    this.say(sentence, true);
    this.failures += 1;
    if (again) {
      const wait = AGAIN[Math.min(this.failures, AGAIN.length) - 1];
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.keep(), wait);
    }
  }

  say(sentence, isFailure) {
    if (this.status) {
      this.status.textContent = sentence;
      this.status.classList.toggle("not-kept", isFailure);
    }
  }
}

for (const form of document.querySelectorAll("form[data-keep]")) {
  new Keeper(form);
}
