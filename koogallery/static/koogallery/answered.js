// What answered a form is kept nowhere (no-store): who comes back to it is shown the form anew.
history.replaceState(history.state, "", location.href);
