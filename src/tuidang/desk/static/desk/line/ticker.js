// A clock of its own: a page that lies behind others is given the time once a minute only, a worker each second.
setInterval(() => postMessage(0), 1000);
