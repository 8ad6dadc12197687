/* Asks the browser for a security key before a form is sent, and puts its answer into
   the form. Nothing is asked before the person presses the button.

   <form data-passkey="create|get" data-passkey-options='{…}'>   options of the server
   <input data-passkey-answer>   takes the answer as JSON
   <p data-passkey-says>         tells the person what went wrong */

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const signs = [...new Uint8Array(buffer)].map((one) => String.fromCharCode(one));
  return btoa(signs.join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function descriptors(list) {
  return (list || []).map((one) => ({ ...one, id: bytes(one.id) }));
}

async function made(options) {
  const found = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    },
  });
  return {
    id: found.id,
    rawId: text(found.rawId),
    type: found.type,
    response: {
      attestationObject: text(found.response.attestationObject),
      clientDataJSON: text(found.response.clientDataJSON),
    },
  };
}

async function signed(options) {
  const found = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: descriptors(options.allowCredentials),
    },
  });
  return {
    id: found.id,
    rawId: text(found.rawId),
    type: found.type,
    response: {
      authenticatorData: text(found.response.authenticatorData),
      clientDataJSON: text(found.response.clientDataJSON),
      signature: text(found.response.signature),
    },
  };
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  const answer = form.querySelector("[data-passkey-answer]");
  const says = form.querySelector("[data-passkey-says]");
  answer.value = "";
  form.addEventListener("submit", async (event) => {
    if (answer.value) {
      return;
    }
    event.preventDefault();
    if (!window.PublicKeyCredential) {
      says.textContent = "This browser has no security keys. Go on without one.";
      return;
    }
    const options = JSON.parse(form.dataset.passkeyOptions);
    says.textContent = "Touch the security key, or unlock the passkey.";
    try {
      const found = form.dataset.passkey === "create" ? await made(options) : await signed(options);
      answer.value = JSON.stringify(found);
      form.requestSubmit();
    } catch {
      says.textContent = "The security key did not answer, or was refused. Try once more.";
    }
  });
}
