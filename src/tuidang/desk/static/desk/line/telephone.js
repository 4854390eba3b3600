// The telephone itself: SIP with our Asterisk by JsSIP, one conversation at a time. It decides nothing: what it hears
// is told to `heard`, and who asks it to answer or to end knows why.
import JsSIP from "./sip.js";

const EXPIRES = 120; // seconds for which it is signed in; Asterisk allows no more
const TRUST = 3000; // milliseconds in which the hotline rings who has signed in again back into his conversation
const PATIENCE = 400; // milliseconds for finding ways through the network, of which the first is nearly always the one

export class Telephone {
  // heard: changed(), refused(), rings(isWayBack), up(stream), over()
  constructor({ socket, name, secret }, heard) {
    this.heard = heard;
    this.session = null;
    this.isSignedIn = false;
    this.isSilent = false; // the sound found no way through the network any more
    this.isLoose = false; // Asterisk does not know where we are: the connection was lost while somebody spoke
    this.ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(socket)],
      uri: `sip:${name}@desk.invalid`,
      password: secret,
      register_expires: EXPIRES,
      user_agent: "desk",
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 8,
    });
    this.ua.on("registered", () => this.#signedIn());
    this.ua.on("unregistered", () => this.#signedOut());
    this.ua.on("disconnected", () => this.#signedOut());
    this.ua.on("registrationFailed", ({ response }) => {
      this.#signedOut();
      if (response) this.heard.refused();
    });
    this.ua.on("newRTCSession", ({ originator, session }) => this.#comesIn(originator, session));
    this.ua.start();
  }

  // Sign in anew. The library's own clock may sleep while the page lies behind others.
  refresh() {
    if (this.ua.isConnected()) this.ua.register();
  }

  get isRinging() { return Boolean(this.session?.isInProgress()); }
  get isUp() { return Boolean(this.session?.isEstablished()); }
  get isMuted() { return Boolean(this.session?.isMuted().audio); }

  answer(microphone) {
    if (this.isRinging) this.session.answer({ mediaStream: microphone, pcConfig: { iceServers: [] } });
  }

  refuse() {
    if (this.isRinging) this.session.terminate({ status_code: 486 });
  }

  hangUp() {
    if (this.session && !this.session.isEnded()) this.session.terminate();
  }

  mute(isMuted) {
    if (this.isUp) this.session[isMuted ? "mute" : "unmute"]({ audio: true });
  }

  // Speak through another microphone from now on.
  async changeMicrophone(stream) {
    const sender = this.session?.connection?.getSenders().find((one) => one.track?.kind === "audio");
    await sender?.replaceTrack(stream.getAudioTracks()[0]);
    if (this.isMuted) stream.getAudioTracks()[0].enabled = false;
  }

  // Leave for good, without a word to the other side: the hotline keeps the conversation for a moment.
  close() {
    this.heard = new Proxy({}, { get: () => () => {} });
    this.ua.stop();
  }

  #signedIn() {
    const isAgain = !this.isSignedIn;
    this.isSignedIn = true;
    if (isAgain && this.isUp) setTimeout(() => { if (this.isUp && this.isLoose) this.#seekNewWay(); }, TRUST);
    this.heard.changed();
  }

  #signedOut() {
    this.isSignedIn = false;
    this.isLoose = this.isUp;
    this.heard.changed();
  }

  #comesIn(originator, session) {
    if (originator !== "remote") return;
    if (this.isRinging) { session.terminate({ status_code: 486 }); return; }
    const old = this.session; // nobody rings us in a conversation but to bring us back into it
    this.session = session;
    this.isSilent = this.isLoose = false;
    session.on("accepted", () => { if (old && !old.isEnded()) old.terminate(); });
    let isGathered = false;
    session.on("icecandidate", ({ ready }) => {
      if (!isGathered) setTimeout(ready, PATIENCE);
      isGathered = true;
    });
    session.on("peerconnection", ({ peerconnection }) => this.#listen(session, peerconnection));
    for (const end of ["ended", "failed"]) session.on(end, () => this.#over(session));
    this.heard.rings(Boolean(old));
  }

  #listen(session, connection) {
    connection.addEventListener("track", ({ track, streams }) => {
      if (session === this.session) this.heard.up(streams[0] ?? new MediaStream([track]));
    });
    connection.addEventListener("iceconnectionstatechange", () => {
      if (session !== this.session) return;
      const state = connection.iceConnectionState;
      if (["connected", "completed"].includes(state)) this.isSilent = false;
      if (["disconnected", "failed"].includes(state)) this.isSilent = true;
      if (state === "failed" && this.isSignedIn) this.#seekNewWay();
      this.heard.changed();
    });
  }

  // The same conversation by another way through the network (an ICE restart), and with the word where we are now.
  // If Asterisk has let go of it by now the session ends here too, and the hotline rings us back into it.
  #seekNewWay() {
    this.session.renegotiate({ rtcOfferConstraints: { iceRestart: true } }, () => {
      this.isLoose = false;
      this.heard.changed();
    });
  }

  #over(session) {
    if (session !== this.session) return;
    this.session = null;
    this.isSilent = this.isLoose = false;
    this.heard.over();
  }
}
