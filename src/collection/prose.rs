//! Texts of a collection that are read and not sent: names, descriptions, saved responses, how requests are signed.

use rayon::prelude::*;

use crate::postman::{Auth, Document, Item, Param, Request, Scalar, Variable};
use crate::secret::Secrets;

/// Parameters of auth that say how it is done. They become code as they are, and can be no variable.
const WORDS: [&str; 6] = ["alg", "algorithm", "grant_type", "headerPrefix", "scope", "signatureMethod"];

/// Puts a mark in the place of each secret in them.
pub(super) fn mask(document: &mut Document, secrets: &Secrets) {
    let mask = Mask { secrets };
    mask.text(&mut document.info.name);
    mask.text(&mut document.info.description);
    mask.variables(&mut document.variable);
    mask.auth(&mut document.auth);
    document.item.par_iter_mut().for_each(|it| mask.item(it));
}

struct Mask<'a> {
    secrets: &'a Secrets,
}

impl Mask<'_> {
    fn text(&self, text: &mut Option<String>) {
        if let Some(text) = text
            && !self.secrets.find_in_prose(text).is_empty()
        {
            *text = self.secrets.masked(text);
        }
    }

    fn auth(&self, auth: &mut Option<Auth>) {
        let params = auth.iter_mut().flat_map(|it| &mut it.params);
        for (_, value) in params.filter(|(key, _)| WORDS.contains(&key.as_str())) {
            // It may be of any type, and stays what it is if there is nothing to mask.
            let Some(text) = value.non_empty() else { continue };
            let masked = self.secrets.masked(&text);
            if masked != text {
                *value = Scalar::Text(masked);
            }
        }
    }

    fn variables(&self, variables: &mut [Variable]) {
        for variable in variables {
            self.text(&mut variable.description);
        }
    }

    fn rows(&self, rows: &mut [Param]) {
        for row in rows {
            self.text(&mut row.description);
        }
    }

    fn items(&self, items: &mut [Item]) {
        items.iter_mut().for_each(|item| self.item(item));
    }

    fn item(&self, item: &mut Item) {
        self.text(&mut item.name);
        self.text(&mut item.description);
        self.variables(&mut item.variable);
        self.auth(&mut item.auth);
        if let Some(request) = &mut item.request {
            self.request(request);
        }
        for response in item.response.iter_mut().flatten() {
            self.text(&mut response.name);
            self.text(&mut response.header.content_type);
            for name in &mut response.header.others {
                if !self.secrets.find_in_prose(name).is_empty() {
                    *name = self.secrets.masked(name);
                }
            }
            if let Some(body) = &mut response.body
                && !self.secrets.find_in_json(body).is_empty()
            {
                *body = self.secrets.masked_json(body);
            }
        }
        self.items(item.item.as_deref_mut().unwrap_or_default());
    }

    fn request(&self, request: &mut Request) {
        self.text(&mut request.description);
        self.auth(&mut request.auth);
        self.rows(&mut request.header);
        if let Some(url) = &mut request.url {
            self.rows(url.query.as_deref_mut().unwrap_or_default());
            self.variables(&mut url.variable);
        }
        if let Some(body) = &mut request.body {
            self.rows(&mut body.urlencoded);
            self.rows(&mut body.formdata);
        }
    }
}
