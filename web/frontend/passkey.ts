// A passkey: asks the device for one, or for proof that it has one, and posts the answer with the page's form.

type Json = Record<string, unknown>;

const bytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const text = (buffer: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=/g, "");

const named = (list: unknown): PublicKeyCredentialDescriptor[] =>
  ((list ?? []) as Array<Json & { id: string }>).map((one) => ({ ...one, type: "public-key", id: bytes(one.id) }));

async function make(options: Json): Promise<Json> {
  const user = options["user"] as Json & { id: string };
  const publicKey = {
    ...options,
    challenge: bytes(options["challenge"] as string),
    user: { ...user, id: bytes(user.id) },
    excludeCredentials: named(options["excludeCredentials"]),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const answer = made.response as AuthenticatorAttestationResponse;
  return {
    ...about(made),
    response: {
      attestationObject: text(answer.attestationObject),
      clientDataJSON: text(answer.clientDataJSON),
      transports: answer.getTransports?.() ?? null,
    },
    extensions: JSON.stringify(made.getClientExtensionResults()),
  };
}

async function prove(options: Json): Promise<Json> {
  const publicKey = {
    ...options,
    challenge: bytes(options["challenge"] as string),
    allowCredentials: named(options["allowCredentials"]),
  } as unknown as PublicKeyCredentialRequestOptions;
  const proof = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const answer = proof.response as AuthenticatorAssertionResponse;
  return {
    ...about(proof),
    response: {
      authenticatorData: text(answer.authenticatorData),
      clientDataJSON: text(answer.clientDataJSON),
      signature: text(answer.signature),
      userHandle: answer.userHandle === null ? null : text(answer.userHandle),
    },
  };
}

const about = (credential: PublicKeyCredential): Json => ({
  id: credential.id,
  rawId: text(credential.rawId),
  type: credential.type,
});

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
  const options = JSON.parse(form.dataset["options"] ?? "{}") as Json;
  const ask = async (): Promise<void> => {
    try {
      const credential = await (form.dataset["passkey"] === "make" ? make(options) : prove(options));
      form.querySelector<HTMLInputElement>("[name=credential]")!.value = JSON.stringify(credential);
      form.submit();
    } catch {
      for (const told of form.querySelectorAll<HTMLElement>("[data-failed]")) told.hidden = false;
    }
  };
  form.querySelector("button")?.addEventListener("click", (event) => {
    event.preventDefault();
    void ask();
  });
  void ask();
}
