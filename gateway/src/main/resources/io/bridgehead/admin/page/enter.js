// The way in: keeps for this tab what it has to say with every order, and goes on, so that the link is not in the history.
sessionStorage.setItem('bridgehead-proof', document.querySelector('meta[name="bridgehead-proof"]').content);
location.replace('./');
