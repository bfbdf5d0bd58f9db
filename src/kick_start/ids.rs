//! The folder's own ids: they tie its rows together, and become fresh ids here.

use std::collections::HashMap;

/// Ids of one file in the order of its rows. While they ascend, as they mostly do, they need eight bytes each.
#[derive(Debug, Default)]
pub struct Ids {
    /// The fresh id of the first row.
    pub base: i64,
    in_order: Vec<i64>,
    scattered: Option<HashMap<i64, u32>>,
}

impl Ids {
    pub fn from(base: i64) -> Self {
        Ids { base, ..Ids::default() }
    }

    /// False if the id is already there.
    pub fn add(&mut self, id: i64) -> bool {
        if self.scattered.is_none() && self.in_order.last().is_some_and(|last| *last >= id) {
            let places = self.in_order.iter().zip(0..);
            self.scattered = Some(places.map(|(id, place)| (*id, place)).collect());
        }
        if let Some(scattered) = &mut self.scattered {
            let place = self.in_order.len() as u32;
            match scattered.entry(id) {
                std::collections::hash_map::Entry::Occupied(_) => return false,
                std::collections::hash_map::Entry::Vacant(free) => free.insert(place),
            };
        }
        self.in_order.push(id);
        true
    }

    /// The row's place in its file, from 0.
    pub fn place(&self, id: i64) -> Option<usize> {
        if let Some(scattered) = &self.scattered {
            return scattered.get(&id).map(|place| *place as usize);
        }
        // Mostly 1, 2, 3 and so on: the place can be told from the id.
        let guess = usize::try_from(id.wrapping_sub(*self.in_order.first()?)).ok();
        if let Some(guess) = guess
            && self.in_order.get(guess) == Some(&id)
        {
            return Some(guess);
        }
        self.in_order.binary_search(&id).ok()
    }

    /// The id it has here.
    pub fn fresh(&self, id: i64) -> Option<i64> {
        self.place(id).map(|place| self.base + place as i64)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.in_order.len()
    }
}
